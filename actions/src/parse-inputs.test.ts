import { expect, test } from 'vitest'
import { z } from 'zod'
import { choice, choices, jsonObject, line, seconds, wholeNumber, words, yesNo } from './input-kinds.ts'
import { parseInputs } from './parse-inputs.ts'

const schema = z.strictObject({
  job: jsonObject(),
  work: line(),
  keys: words().optional(),
  conc: words().pipe(z.array(wholeNumber())).optional(),
  kind: choice('a', 'b').default('a'),
  kinds: choices('x', 'y').optional(),
  window: seconds().optional(),
  trace: yesNo().default(false),
})
const parse = (given: Record<string, string>) => parseInputs(schema, (name) => given[name] ?? '')
const enough = { job: '{}', work: 'w' }

test('what was not given is absent, or has its default', () => {
  expect(parse(enough)).toEqual({ job: '{}', work: 'w', kind: 'a', trace: false })
})

test('lists are apart by blanks, commas or line breaks; numbers stay text', () => {
  expect(parse({ ...enough, keys: 'a-*, b\nc  d', conc: '1 2 4', kinds: 'y x', window: '90', trace: 'TRUE' })).toEqual({
    ...enough,
    keys: ['a-*', 'b', 'c', 'd'],
    conc: ['1', '2', '4'],
    kind: 'a',
    kinds: ['y', 'x'],
    window: '90',
    trace: true,
  })
})

test.each([
  [{ work: 'w' }, 'input job is required'],
  [{ job: '{}' }, 'input work is required'],
  [{ ...enough, job: '[1]' }, 'input job is "[1]": write one job as JSON'],
  [{ ...enough, job: '{' }, 'write one job as JSON'],
  [{ ...enough, work: 'a\nb' }, 'input work is "a b": write one line of printable text'],
  [{ ...enough, work: 'a\u0000b' }, 'write one line'],
  [{ ...enough, keys: ' , ' }, 'input keys is ",": write names'],
  [{ ...enough, conc: '1 two' }, 'input conc is "1 two": write a whole number'],
  [{ ...enough, kind: 'c' }, 'input kind is "c": write a or b'],
  [{ ...enough, kinds: 'x z' }, 'write one or several of x, y'],
  [{ ...enough, window: '-4' }, 'write whole seconds'],
  [{ ...enough, window: '0' }, 'write whole seconds'],
  [{ ...enough, window: '$(sleep 9)' }, 'input window is "$(sleep 9)": write whole seconds'],
  [{ ...enough, trace: 'yes' }, 'input trace is "yes": write true or false'],
])('%o', (given, message) => {
  expect(() => parse(given)).toThrow(message)
})

test('all wrong inputs are told at once, each in one printable line', () => {
  const problems = () => parse({ work: 'a\u001b[31m\r\n::error::x', kind: 'c' })
  expect(problems).toThrow(
    /^input job is required; input work is "a \[31m ::error::x": [^;]+; input kind is "c": [^;]+$/,
  )
})
