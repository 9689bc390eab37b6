import { expect, test } from 'vitest'
import { proxiesOf, renderProxies } from './proxy-options.ts'

const told = (url: string, env: Record<string, string>, flag?: string) =>
  proxiesOf([url], flag, env).told.map(({ proxy, by }) => `${by} ${proxy}`)[0]

const all = { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://safe:2' }

test.each<[string, string, Record<string, string>, string | undefined, string | undefined]>([
  ['nothing named', 'http://gpu:8000', {}, undefined, undefined],
  ['by the scheme of the endpoint', 'http://gpu:8000', all, undefined, 'HTTP_PROXY http://plain:1'],
  ['by the scheme of the endpoint', 'https://gpu', all, undefined, 'HTTPS_PROXY http://safe:2'],
  ['lower case goes first', 'http://gpu', { ...all, http_proxy: 'low:3' }, undefined, 'http_proxy http://low:3'],
  ['one for all', 'https://gpu', { ALL_PROXY: 'http://one:4' }, undefined, 'ALL_PROXY http://one:4'],
  ['an empty one is none', 'http://gpu', { http_proxy: '', ALL_PROXY: '' }, undefined, undefined],
  ['the flag goes before', 'http://gpu', all, 'http://mine:5', '--proxy http://mine:5'],
  ['the flag is for this machine too', 'http://127.0.0.1:8000', {}, 'http://mine:5', '--proxy http://mine:5'],
  ['none by the flag', 'http://gpu', all, 'none', undefined],
  ['this machine', 'http://localhost:8000', all, undefined, undefined],
  ['this machine', 'http://127.1.2.3:8000', all, undefined, undefined],
  ['this machine', 'http://[::1]:8000', all, undefined, undefined],
])('%s: %s', (_, url, env, flag, expected) => {
  expect(told(url, env, flag)).toBe(expected)
})

test.each([
  ['*', 'http://gpu', true],
  ['gpu', 'http://gpu:8000', true],
  ['lab.test', 'http://gpu.lab.test', true],
  ['.lab.test', 'http://gpu.lab.test', true],
  ['*.lab.test', 'http://gpu.lab.test', true],
  ['lab.test', 'http://prelab.test', false],
  ['a, gpu:8000', 'http://gpu:8000', true],
  ['gpu:8001', 'http://gpu:8000', false],
  ['gpu:80', 'http://gpu', true],
  ['10.0.0.0/8', 'http://10.1.2.3:8000', true],
  ['10.0.0.0/8', 'http://11.1.2.3:8000', false],
  ['10.0.0.0/99', 'http://10.1.2.3:8000', false],
  ['10.1.2.3', 'http://10.1.2.3:8000', true],
  ['fd00::/8', 'http://[fd00::1]:8000', true],
  ['[fd00::1]:8000', 'http://[fd00::1]:8000', true],
  ['fd00::1', 'http://[fd00::1]:8000', true],
])('NO_PROXY=%s, %s: %s', (list, url, exempt) => {
  expect(told(url, { ...all, NO_PROXY: list }) === undefined).toBe(exempt)
})

test('who asks stands in nothing that is told, and a command line holds none', () => {
  const choice = proxiesOf(['http://gpu:8000'], undefined, { HTTP_PROXY: 'http://ann:s3same@proxy:3128' })
  expect(choice.proxies['http://gpu:8000']?.authorization).toMatch(/^Basic /)
  expect(JSON.stringify(choice.told) + renderProxies(choice.told)).not.toMatch(/ann|s3same/)
  expect(renderProxies(choice.told)).toMatch(/through the proxy http:\/\/proxy:3128 \(HTTP_PROXY\)/)
  const refused = () => proxiesOf(['http://gpu'], 'http://ann:s3same@proxy', {})
  expect(refused).toThrow(/command line is kept/)
  expect(refused).not.toThrow(/s3same/)
})

test('what is no HTTP proxy is refused, and not repeated', () => {
  expect(() => proxiesOf(['http://gpu'], undefined, { ALL_PROXY: 'socks5://ann:s3same@p:1' })).toThrow(
    /^ALL_PROXY: not the address/,
  )
  expect(() => proxiesOf(['http://gpu'], undefined, { ALL_PROXY: 'socks5://ann:s3same@p:1' })).not.toThrow(/s3same/)
})
