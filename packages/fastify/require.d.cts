import exported = require('./dist/index.cjs');

declare const apiSecurity: typeof exported.apiSecurity & typeof exported;
declare namespace apiSecurity {
  type Alert = exported.Alert;
  type ApiSecurity = exported.ApiSecurity;
  type ApiSecurityOptions = exported.ApiSecurityOptions;
  type ApiSecurityPlugin = exported.ApiSecurityPlugin;
  type Assessment = exported.Assessment;
  type Level = exported.Level;
  type Mode = exported.Mode;
}
export = apiSecurity;
