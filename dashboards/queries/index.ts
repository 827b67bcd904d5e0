/** The room's face: read models of what people see. */

export * from './contract.ts';
export { departmentTitle, readDataReturn } from './data-return.ts';
export { readOrders } from './duplicate-list.ts';
export { maskName } from './mask.ts';
export { queryRoutes } from './routes.ts';
