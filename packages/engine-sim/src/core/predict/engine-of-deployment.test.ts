import { expect, test } from 'vitest'
import type { HiCache } from '../offload/hicache-config.ts'
import { engineOfDeployment, type ServingSettings } from './engine-of-deployment.ts'

test("a storage behind SGLang's host is a disk of the node, or one that several servers have in common over the network", () => {
  const deployment = { model: 'Llama-3.1-70B', gpu: 'h100', precision: 'fp8', framework: 'sglang' } as const
  const storageWith = (settings: ServingSettings) => {
    const engine = engineOfDeployment({ ...deployment, tensorParallel: 2 }, { hicache: true, ...settings })
    return (engine.scheduler as { hicache?: HiCache }).hicache?.storage
  }
  expect(storageWith({})).toBeUndefined()
  expect(storageWith({ hicacheStorage: 'file' })).toEqual({ gbPerS: 7, isShared: false })
  expect(storageWith({ hicacheStorage: 'mooncake', hicachePrefetchPolicy: 'wait_complete' })).toEqual({
    ...{ gbPerS: 100, isShared: true, prefetchPolicy: 'wait_complete' },
  })
})
