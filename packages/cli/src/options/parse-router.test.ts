import { expect, test } from 'vitest'
import { parseRouter } from './parse-router.ts'

test('a name, and settings behind it; the rest is as it is by itself', () => {
  expect(parseRouter('round-robin')).toEqual({ routing: 'round-robin' })
  expect(parseRouter('random:seed=7')).toEqual({ routing: 'random', seed: 7 })
  expect(parseRouter('kv:temperature=0.5,use-kv-events=false')).toMatchObject({
    routing: 'kv',
    temperature: 0.5,
    useKvEvents: false,
    overlapScoreCredit: 1,
  })
})

test.each([
  ['kvv', /No router is called 'kvv': did you mean kv\?; there are round-robin, .*kv/],
  ['', /No router is called ''/],
  ['kv:', /No setting of kv is called ''; there are overlap-score-credit/],
  ['kv:temprature=1', /did you mean temperature\?/],
  ['kv:temperature=warm', /Write temperature=NUMBER/],
  ['kv:temperature=true', /temperature: .*expected number/],
  ['kv:temperature=-1', /temperature: /],
  ['kv:seed=1,seed=2', /seed is given twice/],
  ['round-robin:seed=1', /round-robin has no settings/],
  ['consistent-hash:bound=0.5', /bound: write 0 for no bound, or at least 1/],
])('%s is refused', (text, message) => {
  expect(() => parseRouter(text)).toThrow(message)
})
