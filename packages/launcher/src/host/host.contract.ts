import { describe, test } from 'vitest'
import { hostCases } from './host-cases.fixture.ts'
import type { HostUnderTest } from './host-under-test.fixture.ts'

/** What every `Host` must do. Each test starts servers of its own, and leaves none. */
export function hostContract(name: string, under: HostUnderTest): void {
  describe(`host contract: ${name}`, { timeout: 60_000 }, () => {
    for (const [what, check] of Object.entries(hostCases)) test(what, () => check(under))
    for (const [what, capability] of Object.entries(under.capabilities))
      if (!capability.can) test(`cannot ${what}: ${capability.reason}`, () => {})
  })
}
