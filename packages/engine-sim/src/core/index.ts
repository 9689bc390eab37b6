export { beladyHits, type Lookup } from './bound/belady-hits.ts'
export { LookupLog } from './bound/lookup-log.ts'
export { type KvCapacity, type KvLayers, kvCapacity } from './capacity/kv-capacity.ts'
export { EngineConfigError } from './check-engine-config.ts'
export { defaultEngine, defaultSglangScheduler, defaultTrtllmScheduler } from './default-engine.ts'
export type { Engine, EngineCounts, EngineMaker, EngineOptions, TransferCounts } from './engine.ts'
export {
  decodeEngineOf,
  EngineConfig,
  type EngineSetup,
  isSglang,
  isTrtllm,
  SchedulerConfig,
  type VllmEngineConfig,
} from './engine-config.ts'
export type { EngineListener, EngineRequest, RequestTiming } from './engine-request.ts'
export { Fleet } from './engines/fleet.ts'
export { fleetOf } from './engines/fleet-of.ts'
export { makeEngine } from './engines/make-engine.ts'
export { roundRobin } from './engines/round-robin.ts'
export type { Router, RouterMaker } from './engines/router.ts'
export { FleetConfig, KvTransferConfig, RouterConfig } from './fleet-config.ts'
export { Frontend } from './frontend.ts'
export { keyOfText, mixKey } from './mix-key.ts'
export { parseEngineConfig } from './parse-engine-config.ts'
export { parseStepTable, type StepTableRow, stepTableColumns, stepTableOf } from './parse-step-table.ts'
export { type ClosedLoad, type ClosedLoopResult, closedLoop } from './predict/closed-loop.ts'
export { type EngineFacts, engineFacts, type StepFact } from './predict/engine-facts.ts'
export { engineOfDeployment, type ServingSettings } from './predict/engine-of-deployment.ts'
export { type FrameworkConstants, frameworkConstants, publishedErrors } from './predict/framework-constants.ts'
export { launchDelayMs } from './predict/launch-delay.ts'
export { type PredictedLoad, predictLoad } from './predict/predict-load.ts'
export { predictedEngine } from './predict/predicted-engine.ts'
export { Deployment } from './roofline/deployment.ts'
export { gpuNamed, gpus } from './roofline/gpu.ts'
export { modelNamed } from './roofline/model-named.ts'
export { models } from './roofline/models.ts'
export { RooflineError } from './roofline/roofline-error.ts'
export type { StepListener } from './step-listener.ts'
export { LinearStepTime, linearStepMs } from './step-time/linear-step-time.ts'
export { dynamoPolynomial } from './step-time/polynomial-step-time.ts'
export { stepDurationOf } from './step-time/step-duration-of.ts'
export { StepTime } from './step-time/step-time.ts'
export type { StepWork } from './step-time/step-work.ts'
