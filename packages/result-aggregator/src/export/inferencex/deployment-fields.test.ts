import { expect, test } from 'vitest'
import { buildResult } from '../../measure/build-result.ts'
import { lanesLoad, okRecord, runHeader } from '../../testing/run.fixture.ts'
import { ProfileTally } from '../aiperf/profile-tally.ts'
import { publishedIdentity } from '../run/published-identity.ts'
import { publishedName } from '../run/published-name.ts'
import { aprilDeploymentFields, deploymentFields } from './deployment-fields.ts'
import { fixedLengthResult, servingResult } from './fixed-length.ts'

/** Two workers of four GPUs that prefill, one of eight that decodes. */
const topology = {
  'prefill.num-worker': 2,
  'prefill.tp': 4,
  'prefill.pp': 1,
  'prefill.dcp-size': 1,
  'prefill.pcp-size': 1,
  'prefill.ep': 4,
  'prefill.dp-attn': true,
  'decode.num-worker': 1,
  'decode.tp': 8,
  'decode.ep': 8,
  'decode.dp-attn': false,
  disagg: true,
  'spec-decoding': 'mtp',
  'router.name': 'vllm-router',
  'router.version': '0.1.14',
}
const resultOf = (changes: Record<string, string | number | boolean> = {}) => {
  const identity = {
    model: 'acme/model-7b',
    hardware: 'gb200',
    gpus: 16,
    precision: 'fp4',
    topology: { ...topology, ...changes },
  }
  return buildResult({ header: runHeader(lanesLoad(), { identity }), records: [okRecord()], phases: [] })
}
const said = { 'model-prefix': 'acme7b', framework: 'dynamo-vllm', isl: '1024', osl: '11' }

test('several nodes: tp is a sum, ep the larger, and GPUs are counted by role', () => {
  const identity = publishedIdentity(resultOf(), { said })
  expect(deploymentFields(identity)).toMatchObject({
    common: { tp: 12, ep: 8, dp_attention: 'true' },
    own: {
      prefill_num_workers: 2,
      prefill_tp: 4,
      num_prefill_gpu: 8,
      decode_tp: 8,
      decode_dcp_size: 1,
      num_decode_gpu: 8,
    },
  })
  expect(aprilDeploymentFields(identity)).toMatchObject({
    common: { tp: 12 },
    own: { num_prefill_gpu: 8, num_decode_gpu: 8 },
  })
  expect(identity.router).toEqual({ name: 'vllm-router', version: '0.1.14' })
  expect(publishedName(identity)).toBe(
    'acme7b_1024-11_fp4_dynamo-vllm_prefill-tp4-pp1-dcp1-pcp1-ep4-dpatrue-nw2_decode-tp8-pp1-dcp1-pcp1-ep8-dpafalse-nw1_disagg-true_spec-mtp_conc4_gb200',
  )
})

test('a decode side without workers is none, and the whole deployment decodes', () => {
  const identity = publishedIdentity(resultOf({ 'decode.num-worker': 0 }), { said })
  expect(deploymentFields(identity)).toMatchObject({
    common: { tp: 4, ep: 4 },
    own: { decode_tp: 0, num_decode_gpu: 0 },
  })
})

test('fixed lengths on several nodes: input among the GPUs that prefill, output among those that decode', () => {
  const result = resultOf()
  const tally = new ProfileTally(64)
  tally.add(okRecord({ sentMs: 0, doneMs: 1_000 }))
  const identity = publishedIdentity(result, { said })
  // A thousand tokens in, eleven out, in a second.
  expect(fixedLengthResult(identity, servingResult({ result, identity }, tally))).toMatchObject({
    is_multinode: true,
    isl: 1_024,
    tput_per_gpu: 1_011 / 16,
    output_tput_per_gpu: 11 / 8,
    input_tput_per_gpu: 1_000 / 8,
  })
})
