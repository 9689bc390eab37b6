/** What stands in for a server or a target, for tests and dry runs. Nothing that ships imports it; `e2e/arrows.test.ts` holds that. */
export type { Ending, Fault, FaultStep } from './faults/fault.ts'
export { faults } from './faults/faults.ts'
export { startFaultyServer } from './faults/faulty-server.ts'
export { type ScriptedReply, ScriptedTarget } from './scripted-target.ts'
export { eventOf, type StandInOptions, startStandInServer, usageOf } from './stand-in-server.ts'
export { startTunnelProxy } from './tunnel-proxy.ts'
