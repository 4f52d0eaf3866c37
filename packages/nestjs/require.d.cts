import exported = require('./dist/index.cjs');

declare const ApiSecurityModule: typeof exported.ApiSecurityModule & typeof exported;
declare namespace ApiSecurityModule {
  type Alert = exported.Alert;
  type ApiSecurityEngine = exported.ApiSecurityEngine;
  type ApiSecurityError = exported.ApiSecurityError;
  type ApiSecurityOptions = exported.ApiSecurityOptions;
  type ApiSecurityRejection = exported.ApiSecurityRejection;
  type Assessment = exported.Assessment;
  type Level = exported.Level;
  type Mode = exported.Mode;
}
export = ApiSecurityModule;
