/** Quarantine as a product: refused rows listed, shown, corrected and sent again. */
export { createCorrections } from './correct.ts';
export { quarantineRoutes } from './routes.ts';
