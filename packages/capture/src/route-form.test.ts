import { expect, test } from 'vitest'
import { routeForm } from './route-form.ts'

test.each([
  ['POST', '/v1/chat/completions', 'chat'],
  ['POST', '/openai/deployments/x/chat/completions?api-version=2026-01-01', 'chat'],
  ['POST', '/v1/completions/', 'completions'],
  ['POST', '/v1/responses', 'responses'],
  ['POST', '/v1/messages?beta=true', 'messages'],
  ['POST', '/v1/messages/count_tokens?beta=true', 'other'],
  ['POST', '/v1/embeddings?next=/v1/responses', 'other'],
  ['GET', '/v1/responses', 'other'],
  ['GET', '/v1/models', 'other'],
  ['POST', '', 'other'],
] as const)('%s %s: %s', (method, target, form) => expect(routeForm(method, target)).toBe(form))
