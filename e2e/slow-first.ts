import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What waits for servers, clusters and windows begins first, so that no worker sits over the last of it while the others have nothing left. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a.moduleId) - rank(b.moduleId))
  }
}

const slow = [/\/e2e\/(?:workflows|slurm|bench-config)/, /\/launcher\/src\/host\//, /\/e2e\//]

function rank(path: string): number {
  const found = slow.findIndex((each) => each.test(path))
  return found < 0 ? slow.length : found
}
