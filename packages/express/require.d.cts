import exported = require('./dist/index.cjs');

declare const apiSecurity: typeof exported.apiSecurity & typeof exported;
declare namespace apiSecurity {
  type Alert = exported.Alert;
  type ApiSecurity = exported.ApiSecurity;
  type ApiSecurityMiddleware = exported.ApiSecurityMiddleware;
  type ApiSecurityOptions = exported.ApiSecurityOptions;
  type Assessment = exported.Assessment;
  type GuardedRequest = exported.GuardedRequest;
  type Level = exported.Level;
  type Mode = exported.Mode;
}
export = apiSecurity;
