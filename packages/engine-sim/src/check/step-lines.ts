import { type EngineConfig, isSglang } from '../core/engine-config.ts'
import type { StepListener } from '../core/step-listener.ts'
import { sglangStepLines } from './sglang-step-lines.ts'
import { vllmStepLines } from './vllm-step-lines.ts'

/** Tells what an engine of ours does as lines of a log, as the real one's are that it stands for: the configuration at once, the rest as it comes. */
export function stepLines({ scheduler }: EngineConfig, tell: (line: string) => void): StepListener {
  return isSglang(scheduler) ? sglangStepLines(scheduler, tell) : vllmStepLines(scheduler, tell)
}
