import { afterEach, expect, test } from 'vitest'
import { type StandInOptions, startStandInServer } from '../stand-ins/stand-in-server.ts'
import { closeAll, closing } from './http-target.fixture.ts'
import { probeEndpoints } from './probe-endpoints.ts'

afterEach(closeAll)

const started = async (options: StandInOptions) => {
  const server = await startStandInServer(options)
  closing.push(() => server.close())
  return server.url
}
const probe = async (first: StandInOptions, second: StandInOptions) =>
  probeEndpoints({ url: await started(first), otherUrls: [await started(second)] })

test('endpoints that are alike are known by the first', async () => {
  expect(await probe({ maxModelTokens: 4096 }, { maxModelTokens: 4096 })).toMatchObject({
    model: 'stand-in',
    maxModelTokens: 4096,
  })
})

test.each<[StandInOptions, RegExp]>([
  [{ model: 'other' }, /does not know the model stand-in/],
  [{ maxModelTokens: 2048 }, /comparing it with http.*another longest context.*Start all of them alike/],
  [{ ownedBy: 'vllm' }, /another engine/],
  [{ tokenize: false }, /another tokenizer|counts tokens in another way/],
  [{ refuses: ['min_tokens'] }, /other request fields/],
  [{ template: (all) => [{ special: '<s>' }, ...all.map(({ content }) => ` ${content}`)] }, /another chat template/],
])('one that differs is refused by name: %j', async (second, message) => {
  await expect(probe({}, second)).rejects.toThrow(message)
})
