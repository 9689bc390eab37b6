import { expect, test } from 'vitest'
import type { Deployment } from '../roofline/deployment.ts'
import { handOverLink } from './hand-over-link.ts'

const llama: Deployment = {
  ...{ model: 'llama-3.1-70b', gpu: 'h100', precision: 'bf16', framework: 'vllm', tensorParallel: 4 },
}

test('each GPU sends its part over a link of 50 GB/s, as many as the side with fewer has', () => {
  expect(handOverLink(llama, { ...llama, tensorParallel: 8 })).toMatchObject({ bytesPerToken: 327_680, gbPerS: 200 })
  expect(handOverLink({ ...llama, tensorParallel: 8 }, llama)).toMatchObject({ bytesPerToken: 327_680, gbPerS: 200 })
})

test('a latent cache is sent by every GPU that keeps it, and ranks each have links', () => {
  const deepseek = {
    ...llama,
    model: 'deepseek-r1',
    gpu: 'b200',
    precision: 'fp8' as const,
    tensorParallel: 8,
  } satisfies Deployment
  expect(handOverLink(deepseek, deepseek)).toMatchObject({ bytesPerToken: 8 * 35_136, gbPerS: 800 })
  const ranks = { ...deepseek, tensorParallel: 1, dataParallel: 8, expertParallel: 8 }
  expect(handOverLink(ranks, ranks)).toMatchObject({ bytesPerToken: 35_136, gbPerS: 800 })
})

test('in a rack of 72 GPUs it goes over the links of the rack', () => {
  const rack = { ...llama, gpu: 'gb200' }
  expect(handOverLink(rack, rack)).toMatchObject({ gbPerS: 3600 })
})
