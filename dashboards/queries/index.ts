/** The room's face: read models of what people see. */

export * from './contract.ts';
export { queryRoutes } from './routes.ts';
