/** Suites that adapters of the two ports run in their own tests. They import vitest; nothing that ships imports them. */
export { type ClockUnderTest, clockContract } from './clock/clock.contract.ts'
export { type TargetUnderTest, targetContract } from './port/target.contract.ts'
