/** Koa 2 under its alias; what the tests use of it has the same types in 3. */
declare module 'koa2' {
  export { default } from 'koa';
}
