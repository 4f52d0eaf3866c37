import 'reflect-metadata';
import { ApiSecurityEngine, ApiSecurityModule } from '@api-security/nestjs';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { attack } from './attack.cjs';

// Decorators are functions: without a compiler they are called by hand.
class UsersController {
  list() {
    return [];
  }
}
Get()(UsersController.prototype, 'list', Object.getOwnPropertyDescriptor(UsersController.prototype, 'list'));
Controller('users')(UsersController);

class AppModule {}
Module({
  imports: [ApiSecurityModule.forRoot({ mode: 'block', limits: { timeMs: 5000 } })],
  controllers: [UsersController],
})(AppModule);

void (async () => {
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  await attack(app.getHttpServer(), app.get(ApiSecurityEngine));
})();
