import {
  ChatCompletionRequest,
  CompletionRequest,
  CountTokensRequest,
  MessagesRequest,
  ResponsesRequest,
  TokenizeRequest,
} from '@reprise/wire'
import { z } from 'zod'
import type { Routes } from './router.ts'

const bodies: Readonly<Record<string, z.ZodType>> = {
  '/v1/chat/completions': ChatCompletionRequest,
  '/v1/completions': CompletionRequest,
  '/v1/responses': ResponsesRequest,
  '/v1/messages': MessagesRequest,
  '/v1/messages/count_tokens': CountTokensRequest,
  '/tokenize': TokenizeRequest,
}

/** The description of the routes of a server, with what the bodies of their requests are checked against. Source: OpenAPI 3.1.0. */
export function openapiOf(routes: Routes, version: string): object {
  const paths = Object.entries(routes).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.keys(methods).map((method) => [method.toLowerCase(), operationOf(path, method)])),
  ])
  return { openapi: '3.1.0', info: { title: 'reprise serve', version }, paths: Object.fromEntries(paths) }
}

function operationOf(path: string, method: string): object {
  const body = method === 'POST' ? bodies[path] : undefined
  const schema = body && z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })
  return {
    operationId: `${method.toLowerCase()}${path.replace(/\W+/g, '_')}`,
    ...(schema && { requestBody: { required: true, content: { 'application/json': { schema } } } }),
    responses: { 200: { description: 'Successful Response' } },
  }
}
