import { expect, test } from 'vitest'
import { main } from './main.ts'
import { keptContext } from './terminal/kept-context.fixture.ts'

async function run(...argv: string[]) {
  const { context, kept } = keptContext({ argv })
  return { code: await main(argv, context.io), ...kept }
}

test('help names every command, in one order', async () => {
  const { code, stdout } = await run('--help')
  expect(code).toBe(0)
  const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)
  const measure = 'bench replay simulate capacity budget serve capture agent trace results report compare fidelity'
  expect(names.join(' ')).toBe(`${measure} matrix recipe launch engine calibrate completion help`)
})

test.each([
  [['trace', 'stats'], 2, /missing required argument 'path'/],
  [['simulate', '--duration', '5', '--passes', '1'], 2, /^reprise: --duration and --passes exclude each other/],
  [['help', 'ttfx'], 2, /no command or page says what ttfx is; did you mean ttft\? there are glossary, /],
  [['__proto__'], 2, /unknown command '__proto__'/],
])('%j ends with %i, and says why on stderr alone', async (argv, expected, message) => {
  const { code, stdout, stderr } = await run(...argv)
  expect([code, stdout]).toEqual([expected, ''])
  expect(stderr).toMatch(message)
})

test.each([
  [['help', 'trace', 'stats'], /^Usage: reprise trace stats /],
  [['help', 'ttft'], /`firstTokenMs - sentMs`.*\(docs\/glossary\.md\)/s],
  [['help', 'convert'], /FROM ONE FORMAT TO ANOTHER/],
  [['help'], /Commands:.*reprise help ttft.*glossary, /s],
])('%j is answered', async (argv, text) => {
  expect(await run(...argv)).toMatchObject({ code: 0, stdout: expect.stringMatching(text), stderr: '' })
})
