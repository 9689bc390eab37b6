import { expect, test } from 'vitest'
import { EndpointError } from './endpoint-error.ts'
import { parseEndpointUrl } from './endpoint-url.ts'

test.each([
  ['http://127.0.0.1:8000', { origin: 'http://127.0.0.1:8000', root: '', api: '/v1' }],
  ['https://gpu/v1/', { origin: 'https://gpu', root: '', api: '/v1' }],
  [
    'http://[::1]:8000/gateway/v1/chat/completions',
    { origin: 'http://[::1]:8000', root: '/gateway', api: '/gateway/v1' },
  ],
  ['http://gpu/a@b', { origin: 'http://gpu', root: '/a@b', api: '/a@b/v1' }],
])('%s', (text, where) => {
  expect(parseEndpointUrl(text)).toEqual(where)
})

test.each(['', 'gpu', 'ftp://host', 'not a url', 'http://'])('"%s" is no address', (text) => {
  expect(() => parseEndpointUrl(text)).toThrow(/not an http or https URL\. Give one such as/)
})

test.each(['localhost:8000', 'gpu-1.example.com:80/v1', '127.0.0.1', '[::1]:8000'])(
  '%s wants a scheme, and is shown with one',
  (text) => {
    expect(() => parseEndpointUrl(text)).toThrow(`not an http or https URL. Write http://${text}`)
  },
)

test.each([
  'http://user:canary@gpu:8000',
  'http://canary@gpu:8000',
  'http://:canary@gpu:8000',
  'http://gpu:8000?key=canary',
  'http://gpu:8000/v1?canary',
  'http://gpu:8000/#canary',
  'https://user:can%61ry-canary@gpu/v1?key=canary#canary',
])('%s is refused, and its secret is not repeated', (text) => {
  expect(() => parseEndpointUrl(text)).toThrow(EndpointError)
  expect(() => parseEndpointUrl(text)).toThrow(/holds a user, a password or a query.*--api-key-env/)
  expect(() => parseEndpointUrl(text)).not.toThrow(/canary/)
})

test.each([
  'http//user:canary@gpu:8000',
  'user:canary@gpu:8000',
  'http://user:can/canary@gpu',
  'http://user:c#canary@gpu',
  'http://user:c@canary@gpu:port',
  'http://gpu:port?key=canary',
])('%s is no address, and is not repeated whole either', (text) => {
  expect(() => parseEndpointUrl(text)).toThrow(EndpointError)
  expect(() => parseEndpointUrl(text)).not.toThrow(/canary/)
})
