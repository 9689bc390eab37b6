import { describe, expect, test } from 'vitest'
import { failureOf, reasonOf } from './http-failure.ts'

const failed = (code: string, address = '10.0.0.1') =>
  Object.assign(new Error(`connect ${code} ${address}:80`), { code })

describe('a connection that was not opened', () => {
  test.each([
    ['EMFILE', 'ulimit -Hn'],
    ['ENFILE', 'fs.file-max'],
    ['EADDRNOTAVAIL', 'ip_local_port_range'],
    ['ENOBUFS', 'more clients'],
    ['ENOMEM', 'memory'],
    ['ENETUNREACH', 'route'],
    ['ENETDOWN', 'interfaces'],
    ['EACCES', 'firewall'],
    ['EPERM', 'firewall'],
  ])("%s is the client's own, and says what to mend there", (code, cure) => {
    const failure = failureOf(failed(code), false)
    expect(failure.class).toBe('client-host')
    expect(failure.message).toMatch(new RegExp(`^connect ${code} 10.0.0.1:80: .*${cure}`))
  })

  test.each(['ECONNREFUSED', 'EHOSTUNREACH', 'ETIMEDOUT', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN'])(
    "%s may be the server's, or of what lies between",
    (code) => {
      expect(failureOf(failed(code), false)).toEqual({ class: 'connect', message: `connect ${code} 10.0.0.1:80` })
    },
  )

  test.each(['ENETUNREACH', 'EADDRNOTAVAIL'])('a client without IPv6 (%s) has still been refused by IPv4', (code) => {
    const error = new AggregateError([failed(code, '::1'), failed('ECONNREFUSED', '127.0.0.1')])
    expect(failureOf(error, false)).toEqual({ class: 'connect', message: 'connect ECONNREFUSED 127.0.0.1:80' })
  })

  test('every address of a name failed for want of files', () => {
    const error = new AggregateError([failed('EMFILE', '::1'), failed('EMFILE', '127.0.0.1')])
    expect(failureOf(error, false)).toMatchObject({
      class: 'client-host',
      message: expect.stringMatching(/^connect EMFILE ::1:80: /),
    })
  })
})

test('a connection that stood and broke is no want of the client, whatever the code', () => {
  expect(failureOf(failed('ENOBUFS'), true).class).toBe('disconnect')
})

test('an error within an error tells the reason, and one that says nothing still is a sentence', () => {
  expect(reasonOf(new Error('fetch failed', { cause: failed('EMFILE') }))).toBe('connect EMFILE 10.0.0.1:80')
  expect(reasonOf(Object.assign(new Error(''), { code: 'EPIPE' }))).toBe('EPIPE')
  expect(reasonOf(new AggregateError([]))).toBe('the connection failed')
})
