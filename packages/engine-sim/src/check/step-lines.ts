import { EngineConfigError } from '../core/check-engine-config.ts'
import {
  type EngineConfig,
  isSglang,
  isTrtllm,
  type SchedulerConfig,
  type SglangSchedulerConfig,
} from '../core/engine-config.ts'
import type { StepListener } from '../core/step-listener.ts'
import { sglangStepLines } from './sglang-step-lines.ts'
import { vllmStepLines } from './vllm-step-lines.ts'

/**
 * Tells what an engine of ours does as lines of a log, as the real one's are that it stands for: the configuration at once, the rest as it comes.
 *
 * @throws EngineConfigError for an engine of which no log is known that it could be held against.
 */
export function stepLines(config: EngineConfig, tell: (line: string) => void): StepListener {
  const scheduler = loggedScheduler(config)
  return isSglang(scheduler) ? sglangStepLines(scheduler, tell) : vllmStepLines(scheduler, tell)
}

function loggedScheduler({ scheduler, dataParallelSize = 1 }: EngineConfig): SglangSchedulerConfig | SchedulerConfig {
  const refusal = (setting: string, why: string) =>
    new EngineConfigError(`steps are not logged where ${why}; leave ${setting} out, or the log`)
  if (dataParallelSize > 1)
    throw refusal('dataParallelSize', 'several ranks step together, as a log is of one scheduler')
  if (isTrtllm(scheduler))
    throw refusal('scheduler.engine', "the scheduler is TensorRT-LLM's, of which no log is known")
  if (scheduler.speculation)
    throw refusal(
      'scheduler.speculation',
      'drafts are verified, as a step is told before it is known how many are accepted',
    )
  return scheduler
}
