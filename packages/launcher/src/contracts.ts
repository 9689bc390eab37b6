/** Suites that adapters of the host port run in their own tests. They import vitest; nothing that ships imports them. */
export { hostContract } from './host/host.contract.ts'
export type { HostUnderTest } from './host/host-under-test.fixture.ts'
