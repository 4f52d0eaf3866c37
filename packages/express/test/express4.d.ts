/** Express 4 under its alias; what the tests use of it has the same types in 5. */
declare module 'express4' {
  export { default } from 'express';
}
