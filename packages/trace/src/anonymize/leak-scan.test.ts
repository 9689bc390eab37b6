import { describe, expect, test } from 'vitest'
import { TraceError } from '../problem.ts'
import { LeakScan } from './leak-scan.ts'
import { suspicious } from './suspicious.ts'

describe('suspicious', () => {
  test.each([
    ['a secret', 'sk-ant-api03-abcdefgh'],
    ['a secret', 'ghp_abcdefghijkl'],
    ['a secret', 'AKIAABCDEFGHIJKL'],
    ['a secret', 'hf_abcdefghijkl'],
    ['a secret', 'eyJhbGciOiJIUzI1NiJ9.e30.x'],
    ['a secret', '-----BEGIN PRIVATE KEY-----'],
    ['a secret', 'x-api-key=abc'],
    ['a header value', 'Bearer abc'],
    ['a header value', 'x-request-id: 7'],
    ['a header value', 'sid=1; theme=dark'],
    ['a header value', 'Mozilla/5.0'],
    ['an address', 'https://acme.example'],
    ['an address', 'alice@acme.example'],
    ['an address', 'gpu-17.acme.internal'],
    ['an address', 'gpu-17.acme.internal:8000'],
    ['an address', '10.1.2.3:8000'],
    ['an address', 'fe80::1'],
    ['an address', '2001:db8:0:1:2::7'],
    ['an address', 'localhost'],
    ['a path', '/mnt/models/acme'],
    ['a path', '~/acme'],
    ['a path', 'C:\\acme'],
    ['a path', 'models/home/acme'],
    ['a long number', 'account123456789'],
    ['high entropy', '0f3a9c71b2d84e65aa10'],
    ['high entropy', '3b241101-e2bb-4255-8caf-4136c566a962'],
    ['high entropy', 'model-Zk3x9QpLm27RtYw4'],
    ['text', 'please fix the bug'],
    ['text', 'größer'],
    ['text', 'a'.repeat(101)],
  ])('%s: %s', (looks, text) => {
    expect(suspicious(text)).toBe(looks)
  })

  test.each([
    'claude-opus-4-5-20251101',
    'claude-sonnet-4-20250514',
    'gpt-4.1-mini-2025-04-14',
    'meta-llama/Llama-3.1-70B-Instruct',
    'Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8',
    'nvidia/DeepSeek-R1-0528-NVFP4-v2',
    'us.anthropic.claude-3-5-sonnet-20241022-v2:0',
    'general-purpose',
    'code_reviewer',
  ])('a plain name: %s', (text) => {
    expect(suspicious(text)).toBeUndefined()
  })
})

describe('LeakScan', () => {
  const pseudonym = `id-${'0123456789abcdef'}`

  test.each([
    [{ id: 'alice' }, 'a name of the original'],
    [{ session_id: `${pseudonym}/alice` }, 'a name of the original'],
    [{ request_id: `alice/3` }, 'a name of the original'],
    [{ id: 'somebody' }, 'a word that nobody expects'],
    [{ requests: [{ model: '10.0.0.1' }] }, 'an address'],
    [{ prompt: 'x' }, 'a field that nobody expects'],
    [{ requests: [{ 'sk-ant-12345678': 1 }] }, 'a field that nobody expects'],
  ])('%j: %s', (record, what) => {
    const scan = new LeakScan({ forbidden: new Set(['alice']), kept: new Set() })
    scan.add(JSON.stringify(record))
    expect(scan.leaks.map((leak) => leak.what)).toEqual([what])
  })

  test('what the writers write is no leak', () => {
    const scan = new LeakScan({ forbidden: new Set(['alice']), kept: new Set(['gpt-4o']) })
    scan.add(JSON.stringify({ id: pseudonym, requests: [{ model: 'gpt-4o', stop: '', input_types: ['text'] }] }))
    scan.add(
      JSON.stringify({ request_id: `${pseudonym}/root/12`, session_id: pseudonym, wait_for: [`${pseudonym}/3`] }),
    )
    expect(scan.leaks).toEqual([])
    expect(() => scan.refuse()).not.toThrow()
  })

  test('what stays by leave is looked at all the same', () => {
    const scan = new LeakScan({ forbidden: new Set(), kept: new Set(['gpu-1.acme.internal']) })
    scan.add('{"model": "gpu-1.acme.internal"}')
    expect(scan.leaks).toMatchObject([{ what: 'an address', field: 'model' }])
  })

  test('it is told where, how often and how long, and never what', () => {
    const scan = new LeakScan({
      forbidden: new Set(),
      kept: new Set(),
      placeOf: (name) => (name === pseudonym ? 'traces/a.json:7' : undefined),
    })
    const secret = 'sk-ant-api03-canary-canary'
    scan.add('{"model": "unknown"}')
    scan.add(JSON.stringify({ id: pseudonym, requests: [{ model: secret }, { model: secret }] }))
    let message = ''
    try {
      scan.refuse()
    } catch (error) {
      expect(error).toBeInstanceOf(TraceError)
      message = (error as Error).message
    }
    expect(message).toBe(
      `the traces are not fit to be shared, and nothing is written\n  requests.model: a secret (26 characters), 2 times, first in what was read from traces/a.json:7`,
    )
  })
})
