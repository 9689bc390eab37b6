import { sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { describe, expect, test } from 'vitest'
import { identifyEndpoint } from './identify-endpoint.ts'

const sglang = { name: 'sglang', version: '0.5.9', isModel: false, signs: ['owned_by sglang'] }
const model = {
  name: 'reprise-sim',
  version: '0.33.0+reprise.sim',
  isModel: true,
  config: { a: 1 },
  signs: ['version'],
}
const unknown = { isModel: false, signs: [] }

const jobOf = (framework: string) =>
  sweepJobWith({ image: 'a/b:1', runner: 'cluster:b200-lab', framework }, { gpus: 8 })

const identify = (engine: typeof sglang | typeof model | typeof unknown, framework: string) =>
  identifyEndpoint({ model: 'm', engine }, { job: jobOf(framework) })

describe('the engine of a point', () => {
  test('without a job: what the endpoint says, and nothing where it says nothing', async () => {
    expect(await identifyEndpoint({ model: 'm', engine: sglang }, { hardware: 'b200', gpus: 4 })).toEqual({
      identity: { model: 'm', engine: { name: 'sglang', version: '0.5.9' }, hardware: 'b200', gpus: 4 },
      answered: { name: 'sglang', version: '0.5.9', signs: ['owned_by sglang'] },
    })
    expect((await identifyEndpoint({ model: 'm', engine: unknown }, {})).identity).toEqual({ model: 'm' })
  })

  test("with a job: the name is the job's, and the version that of the endpoint where it is that engine", async () => {
    expect(await identify(sglang, 'dynamo-sglang')).toMatchObject({
      identity: { engine: { name: 'dynamo-sglang', version: '0.5.9', image: 'a/b:1' }, hardware: 'b200', gpus: 8 },
      answered: { name: 'sglang', version: '0.5.9', expected: 'dynamo-sglang' },
    })
  })

  test("another engine than the job's takes neither its name nor gives it a version, and is kept beside it", async () => {
    const { identity, answered } = await identify(sglang, 'vllm')
    expect(identity.engine).toEqual({ name: 'vllm', image: 'a/b:1' })
    expect(answered).toEqual({ name: 'sglang', version: '0.5.9', signs: ['owned_by sglang'], expected: 'vllm' })
  })

  test('an engine that does not say its name is what the job says', async () => {
    expect((await identify(unknown, 'vllm')).identity.engine).toEqual({ name: 'vllm', image: 'a/b:1' })
  })

  test('a model of an engine is named for what it is, whatever the job says', async () => {
    const { identity, answered } = await identify(model, 'vllm')
    expect(identity.engine).toEqual({
      name: 'reprise-sim',
      version: '0.33.0+reprise.sim',
      config: { a: 1 },
      image: 'a/b:1',
    })
    expect(answered).toMatchObject({ name: 'reprise-sim', expected: 'vllm' })
  })
})
