import { describe, expect, test } from 'vitest'
import { productSources } from '../sources.ts'
import { ambientIn, valueImportsOf } from './ambient.ts'
import { codeOf } from './code-of.ts'

describe('the scan sees', () => {
  test.each([
    ...['fs', 'fs/promises', 'net', 'tls', 'dgram', 'dns', 'dns/promises', 'http', 'https', 'http2', 'inspector'],
    ...[
      'os',
      'process',
      'child_process',
      'worker_threads',
      'cluster',
      'perf_hooks',
      'timers/promises',
      'readline',
      'module',
      'vm',
    ],
  ])('%s, however it is taken', (name) => {
    for (const module of [name, `node:${name}`]) {
      for (const taking of [
        `import { a } from '${module}'`,
        `import type {\n  a,\n} from '${module}'`,
        `import * as all from "${module}"`,
        `import '${module}'`,
        `export { a } from '${module}'`,
        `export * from '${module}'`,
        `const { a } = await import('${module}')`,
        `const a = (await import(\n  '${module}'\n)).a`,
        `const { a } = require('${module}')`,
      ]) {
        expect(ambientIn(taking), taking).toBeDefined()
      }
    }
  })

  test.each([
    "import { createHash, randomBytes } from 'node:crypto'",
    "import { randomInt as die } from 'node:crypto'",
    "import { webcrypto } from 'crypto'",
    "import crypto from 'node:crypto'",
    "import * as crypto from 'node:crypto'",
    "import { resolve } from 'node:path'",
    "import { performance } from 'node:perf_hooks'",
    "import { fetch } from 'undici'",
    "import OpenAI from 'openai'",
    'const module = await import(name)',
    'const module = await import(`node:fs`)',
  ])('%s', (text) => {
    expect(ambientIn(text)).toBeDefined()
  })

  test.each([
    'const t = Date.now()',
    'const t = new Date()',
    'const t = new Date',
    'const t = +new Date( )',
    'const t = Date()',
    'const t = Date(0)',
    'const t = performance.now()',
    'const { now } = performance',
    'const t = globalThis.performance.now()',
    'const t = globalThis["Date"]',
    'const t = process.hrtime.bigint()',
    'const t = hrtime()',
    'const e = process.env.HOME',
    'const { env } = process',
    'const x = Math.random()',
    'const x = crypto.randomUUID()',
    'const x = crypto.getRandomValues(bytes)',
    'const x = randomBytes(8)',
    'const x = randomInt(6)',
    'const x = webcrypto.subtle',
    'const later = setTimeout',
    'setTimeout(run, 1)',
    'setInterval(run, 1)',
    'setImmediate(run)',
    'await scheduler.wait(1)',
    'Atomics.wait(cells, 0, 0, 100)',
    'console.log(1)',
    'await fetch(url)',
    'new WebSocket(url)',
    'new Intl.DateTimeFormat()',
    'value.toLocaleString()',
    'value.toLocaleString(undefined, {})',
    'at.getHours()',
    'at.getTimezoneOffset()',
    inTemplate('Date.now()'),
    inTemplate(`b ? ${inTemplate('performance.now()')} : "d"`),
    "const text = 'a' // b\nconst t = Date.now()",
    'const quotes = /[\'"`]/g\nconst t = Date.now()',
  ])('%s', (text) => {
    expect(ambientIn(text)).toBeDefined()
  })
})

describe('the scan lets pass', () => {
  test.each([
    "import { createHash } from 'node:crypto'",
    "import { basename, join } from 'node:path'",
    "import * as z from 'zod'",
    "import { replay } from '@reprise/replay-engine'",
    'const { main } = await import("../main.ts")',
    '// Date.now() and process.env',
    "/* import { readFile } from 'node:fs' */",
    "const message = 'the process said: console.log(Date.now())'",
    'const message = `the process was ended`',
    'const options = { process: 1, performance: 2 }',
    'const at = host.process.id',
    'const day = new Date(ms)',
    'const day = new Date(2026, 1)',
    "value.toLocaleString('en-US')",
    'const found = /process/.test(text)',
  ])('%s', (text) => {
    expect(ambientIn(text)).toBeUndefined()
  })
})

test('types are no reason to reach a file', () => {
  const text = `
    import type { A } from './a.ts'
    import { type B, type C } from './b.ts'
    import { type D, d } from './d.ts'
    export * from './e.ts'
    export type * from './f.ts'
    import './g.ts'
    const { h } = await import('./h.ts')`
  expect(valueImportsOf(text)).toEqual(['./d.ts', './e.ts', './g.ts', './h.ts'])
})

test('of every source it reads the code to the end', () => {
  for (const { path, text } of productSources()) {
    const code = codeOf(text)
    for (const [opening, closing] of ['()', '[]', '{}', '``'].map((pair) => [...pair])) {
      const count = (sign: string) => code.split(sign).length - 1
      if (opening === closing) expect(count(opening!) % 2, path).toBe(0)
      else expect(count(opening!), `${opening} in ${path}`).toBe(count(closing!))
    }
  }
})

function inTemplate(code: string): string {
  return `\`a \${${code}} z\``
}
