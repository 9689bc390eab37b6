/** Suites that adapters of the host port run in their own tests. They import vitest; nothing that ships imports them. */
export { type HostUnderTest, hostContract } from './host/host.contract.ts'
