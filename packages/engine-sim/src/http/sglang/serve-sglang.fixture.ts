import { defaultSglangScheduler } from '../../core/default-engine.ts'
import type { EngineConfig, SglangSchedulerConfig } from '../../core/engine-config.ts'
import { sendRaw } from '../raw-reply.fixture.ts'
import { quickEngine, serveForTest } from '../serve.fixture.ts'
import type { ServerOptions } from '../server/start-server.ts'

/** The quick engine of the tests with SGLang's scheduler, of 4096 pages of 64 tokens. */
export function quickSglang(scheduler: Partial<SglangSchedulerConfig> = {}, baseMs = 1): EngineConfig {
  const { maxModelLen } = quickEngine().scheduler
  return {
    ...quickEngine({ stepTime: { baseMs } }),
    scheduler: { ...defaultSglangScheduler(), numBlocks: 4096, blockSize: 64, maxModelLen, ...scheduler },
  }
}

export function serveSglangForTest(options: Partial<ServerOptions> = {}) {
  return serveForTest({ engine: quickSglang(), ...options })
}

/** The page of metrics: values by name and labels, those that all series have left out. */
export async function sglangMetricsOf(port: number): Promise<Record<string, number>> {
  const { body } = await sendRaw(port, { method: 'GET', path: '/metrics' })
  const samples = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    samples.map((line) => {
      const [, series = '', value] = /^(.*) (\S+)$/.exec(line) ?? []
      const own = series.replace(/(?:model_name|engine_type|tp_rank|pp_rank|moe_ep_rank)="[^"]*",?/g, '')
      return [own.replace(',}', '}').replace('{}', ''), Number(value)]
    }),
  )
}
