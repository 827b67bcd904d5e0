/** The room's face: who may do and see what. */

export { type AccountGiven, type By, createAccounts } from './accounts.ts';
export * from './contract.ts';
export { createDemoAccounts } from './demo-accounts.ts';
export { createMachines, type MachineGiven } from './machines.ts';
export { isOpen, may, scopeOf } from './permission.ts';
export { type Route, type RouteAnswer, RouteProblem, type RouteRequest } from './route.ts';
export { accessRoutes } from './routes.ts';
export { createSessions, SESSION_COOKIE } from './session.ts';
export { hasUsers, noteAudit } from './store.ts';
