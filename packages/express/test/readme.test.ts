import { withSecurityOf } from '@api-security/core/testing';
import express from 'express';
import request from 'supertest';
import { expect, it } from 'vitest';
import { apiSecurity } from '../src/index.js';

it('protects the app of the README, mounted on its first line', async () => {
  await withSecurityOf(apiSecurity)({ mode: 'block' }, async (security) => {
    const app = express();
    app.use(security);
    app.use(express.json());
    app.get('/users/:id', (req, res) => {
      res.json({ id: req.params.id, level: req.apiSecurity?.level });
    });

    await request(app).get('/users/42').expect(200, { id: '42', level: 'low' });
    const rejected = await request(app).get('/users/42').query({ q: "' or 1=1--" }).expect(403);
    expect(rejected.headers['content-type']).toBe('application/problem+json');
  });
});
