export type { Ending, Fault, FaultStep } from './fault.ts'
export { type FaultName, faults } from './faults.ts'
export { type FaultyServer, startFaultyServer } from './faulty-server.ts'
