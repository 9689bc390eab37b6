import { describe, expect, test } from 'vitest'
import { type EngineAnswers, nameEngine } from './name-engine.ts'

const vllmMetrics =
  '# HELP python_info Python\npython_info 1.0\n# HELP vllm:num_requests_running x\nvllm:num_requests_running{engine="0"} 0.0\n'
const trtMetrics = '# TYPE trtllm_request_success_total counter\ntrtllm_request_success_total 3\n'
const dynamoMetrics = '# HELP dynamo_frontend_requests_total x\ndynamo_frontend_requests_total{model="m"} 1\n'

describe('the engine that an endpoint names', () => {
  test.each<[string, EngineAnswers, { name?: string; version?: string }]>([
    [
      'vLLM',
      { ownedBy: 'vllm', server: 'uvicorn', version: '0.32.0', metrics: vllmMetrics },
      { name: 'vllm', version: '0.32.0' },
    ],
    [
      'vLLM behind a gateway that hides its metrics',
      { ownedBy: 'vllm', version: '0.32.0' },
      { name: 'vllm', version: '0.32.0' },
    ],
    [
      "vLLM under a gateway's own name",
      { ownedBy: 'openai', version: '0.32.0', metrics: vllmMetrics },
      { name: 'vllm', version: '0.32.0' },
    ],
    [
      'SGLang, whose version is not that of /version',
      { ownedBy: 'sglang', version: '1.2', serverInfo: { version: '0.5.9', internal_states: [] } },
      { name: 'sglang', version: '0.5.9' },
    ],
    ['SGLang with metrics alone', { metrics: 'sglang:num_running_reqs 0\n' }, { name: 'sglang' }],
    [
      'TensorRT-LLM, which has /version too',
      { ownedBy: 'tensorrt_llm', version: '1.2.0' },
      { name: 'tensorrt-llm', version: '1.2.0' },
    ],
    [
      'TensorRT-LLM with metrics',
      { version: '1.2.0', metrics: trtMetrics },
      { name: 'tensorrt-llm', version: '1.2.0' },
    ],
    ['llama.cpp', { ownedBy: 'llamacpp', server: 'llama.cpp' }, { name: 'llama.cpp' }],
    [
      'Dynamo, and nobody says what is behind it',
      { ownedBy: 'nvidia', version: '1', metrics: dynamoMetrics },
      { name: 'dynamo' },
    ],
    [
      'Dynamo before vLLM',
      { ownedBy: 'nvidia', version: '0.32.0', metrics: dynamoMetrics + vllmMetrics },
      { name: 'dynamo-vllm', version: '0.32.0' },
    ],
    ['something else that has /version', { ownedBy: 'system', version: '7.1' }, {}],
    ['nothing at all', {}, {}],
    [
      'answers that contradict each other',
      { ownedBy: 'vllm', version: '0.32.0', metrics: 'sglang:num_running_reqs 0\n' },
      {},
    ],
    [
      'a metric whose help text names another engine',
      { metrics: '# HELP proxy_total like vllm: and sglang:\nproxy_total 1\n' },
      {},
    ],
    ['an owner by the name of a property', { ownedBy: 'constructor' }, {}],
  ])('%s', (_, answers, expected) => {
    const { signs: _signs, ...found } = nameEngine(answers)
    expect(found).toEqual({ isModel: false, ...expected })
  })

  test('the engine model by its own mark, whatever it says in the manners of another', () => {
    const answers = { ownedBy: 'vllm', version: '0.33.0+reprise.sim', metrics: vllmMetrics }
    expect(nameEngine(answers)).toEqual({
      name: 'reprise-sim',
      version: '0.33.0+reprise.sim',
      isModel: true,
      signs: ['version 0.33.0+reprise.sim'],
    })
  })

  test('the engine model by the same mark where SGLang would tell its version', () => {
    const answers = { version: '0.32.0', serverInfo: { internal_states: [], version: '0.5.23+reprise.sim' } }
    expect(nameEngine(answers)).toEqual({
      name: 'reprise-sim',
      version: '0.5.23+reprise.sim',
      isModel: true,
      signs: ['server_info of SGLang, version 0.5.23+reprise.sim'],
    })
    const forged = { serverInfo: { internal_states: [], version: '0\u001b[2J+reprise.sim' } }
    expect(nameEngine(forged)).toMatchObject({ name: 'sglang', isModel: false })
  })

  test('what it was told by is kept, and most where it is no name', () => {
    const answers = { ownedBy: 'vllm', metrics: 'sglang:num_running_reqs 0\n' }
    expect(nameEngine(answers)).toEqual({ isModel: false, signs: ['owned_by vllm', 'metrics sglang:'] })
  })
})
