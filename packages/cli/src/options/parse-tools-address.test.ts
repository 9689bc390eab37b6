import { expect, test } from 'vitest'
import { parseToolsAddress } from './parse-tools-address.ts'

test.each([
  ['tcp://127.0.0.1:20390', { host: '127.0.0.1', port: 20_390 }],
  ['tcp://*:5', { host: '0.0.0.0', port: 5 }],
  ['tcp://localhost:*', { host: 'localhost', port: 0 }],
  ['tcp://[::1]:7', { host: '::1', port: 7 }],
])('%s', (text, address) => expect(parseToolsAddress(text)).toEqual(address))

test.each(['127.0.0.1:5', 'ipc:///tmp/tools', 'tcp://a:70000', 'tcp://a', 'tcp://a:b', 'tcp://u:p@a:5'])(
  '%s is refused with the cure',
  (text) => expect(() => parseToolsAddress(text)).toThrow('tcp://HOST:PORT'),
)
