import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addExtraOptions, type ExtraOptions, extrasOf } from './request-extras.ts'

const parse = (...words: string[]): ExtraOptions =>
  addExtraOptions(new Command('replay').exitOverride().configureOutput({ writeErr: () => {} }))
    .parse(words, { from: 'user' })
    .opts()

test('headers, those of the environment and fields of the body come together; the command line has no value of a variable', () => {
  const options = parse(
    '--header',
    'X-Team: search: a',
    '--header',
    'x-tier:gold',
    '--header-env',
    'Api-Key=MY_KEY',
    '--extra-body',
    '{"top_p":0.9,"chat_template_kwargs":{"enable_thinking":false}}',
  )
  expect(extrasOf(options, { MY_KEY: 'sesame' })).toEqual({
    headers: { 'x-team': 'search: a', 'x-tier': 'gold', 'api-key': 'sesame' },
    body: { top_p: 0.9, chat_template_kwargs: { enable_thinking: false } },
  })
  expect(JSON.stringify(options)).not.toContain('sesame')
})

test('nothing given is nothing sent', () => {
  expect(extrasOf(parse(), {})).toEqual({ headers: {}, body: {} })
})

describe('refused, with the cure and without what may be secret', () => {
  test.each([
    [['--header', 'sesame'], /write a name, a colon and a value/],
    [['--header', 'x y: sesame'], /no name that an HTTP header can have/],
    [['--header', 'Host: sesame'], /Host is set by the run/],
    [['--header', 'X-Request-Id: sesame'], /set by the run/],
    [['--header', 'x-a: sesame\r\nx-b: 1'], /line end/],
    [['--header', 'Authorization: Bearer sesame'], /--api-key-env, or --header-env Authorization=VARIABLE/],
    [['--header', 'X-Api-Key: sesame'], /looks like a secret.*--header-env X-Api-Key=VARIABLE/],
    [['--header', 'ocp-apim-subscription-key: sesame'], /looks like a secret/],
    [['--header', 'Cookie: sesame'], /looks like a secret/],
    [['--header-env', 'X-Api-Key=sesame!'], /a header and the name of a variable/],
    [['--header-env', 'sesame'], /a header and the name of a variable/],
    [['--header-env', 'content-length=A'], /set by the run/],
    [['--extra-body', '[1]'], /JSON object/],
    [['--extra-body', '{"max_tokens":1}'], /max_tokens is set by the run/],
    [['--extra-body', '{"truncate_prompt_tokens":1}'], /set by the run/],
  ])('%j', (words, message) => {
    const attempt = () => parse(...words)
    expect(attempt).toThrow(message)
    if (words[0] !== '--extra-body') expect(attempt).not.toThrow(/sesame/)
  })

  test('a variable that is not set, or holds what no header can', () => {
    const options = parse('--header-env', 'X-Api-Key=MY_KEY')
    expect(() => extrasOf(options, {})).toThrow('--header-env x-api-key=MY_KEY: that variable is not set')
    const attempt = () => extrasOf(options, { MY_KEY: 'sesame\n' })
    expect(attempt).toThrow(/line end/)
    expect(attempt).not.toThrow(/sesame/)
  })
})
