import { type Html, html } from '../../html.ts'
import { percentileEstimator } from '../client/basis-text.ts'
import { type RunTable, runTables } from '../client/run-tables.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { chartFigure } from './chart-figure.ts'

/** What the page tells of one run: which one is chosen here, and whatever names a run leads here. */
export function runSection(runs: readonly LabelledRun[], slots: readonly ('lane' | 'arrival')[]): Html {
  return html`<section id="run" aria-labelledby="run-title"><h2 id="run-title">One run: <span data-run-name></span></h2>
<div class="controls"><label>Run <select class="point" id="point">${runs.map(
    ({ label }, index) => html`<option value="${index}">${label}</option>`,
  )}</select></label></div>
<dl class="facts" id="run-totals"></dl>
<div class="note" id="run-verdict"></div>
<details class="table"><summary>Every metric of this run</summary><div class="scroll" id="run-metrics" tabindex="0" role="region" aria-label="Every metric of this run"></div></details>
${runTables.map(runTable)}
<details><summary>Where this run comes from</summary><pre tabindex="0"><code id="run-command"></code></pre><dl class="facts" id="run-facts"></dl></details>
${quantiles()}
${overTime()}
${relations()}
${timeline(slots)}
${lengths()}</section>
`
}

/** Filled by the page's script, and left out where it has no row. */
function runTable({ name, title }: RunTable): Html {
  return html`<details class="table" hidden><summary>${title}</summary><div class="scroll" id="run-table-${name}" tabindex="0" role="region" aria-label="${title}"></div></details>
`
}

const percentileBasis = { estimator: percentileEstimator } as const
const stepBasis = (estimator: string) => ({ estimator, of: 'sent' }) as const

function quantiles(): Html {
  const chart = (name: string, title: string, about: string) =>
    chartFigure({ id: `chart-quantiles-${name}`, title: `${title} by percentile`, about, basis: percentileBasis })
  return html`<div class="quad">
${chart('ttft', 'TTFT', 'Requests of the profiling phase. The curve ends where it would touch what the end of the run cut off; with failures as infinitely slow, where it would touch one.')}
${chart('co_ttft', 'TTFT from due', 'From when the plan wanted the request sent: the lateness of the client is in it.')}
${chart('tpot', 'TPOT', 'The mean pace within each reply.')}
${chart('e2e', 'E2E', 'From sent to the last token.')}
</div>`
}

function overTime(): Html {
  const chart = (name: string, title: string, about: string, estimator: string) =>
    chartFigure({ id: `chart-time-${name}`, title: `${title} over time`, about, basis: stepBasis(estimator) })
  return html`<div class="triple">
${chart('ttft', 'TTFT', 'Of the requests sent in each sixtieth of the run that ended well. Behind it the phases; dashed, from when on the run was level.', 'percentiles of each sixtieth, type 7')}
${chart('tpot', 'TPOT', 'Of the requests sent in each sixtieth of the run.', 'percentiles of each sixtieth, type 7')}
${chart('flight', 'Requests in flight', 'Means by time: as the client saw it, and as the server told where it was sampled.', 'means by time')}
${chart('output', 'Throughput', 'Output tokens per second; those of a reply are spread evenly from its first to its last.', 'tokens of each sixtieth over its length')}
${chart('hits', 'Hits and memory', 'Cached over all prompt tokens of the requests sent in each sixtieth; the KV cache as the server told.', 'sums of each sixtieth')}
${chart('sources', 'Where prompts came from', 'Prompt tokens of the requests sent in each sixtieth: from the cache of the device, from behind it, or computed, some of them again since they had been evicted.', 'sums of each sixtieth')}
${chart('input', 'Prompt length', 'Of the requests sent in each sixtieth: a run whose prompts grow has not settled.', 'means and percentiles of each sixtieth, type 7')}
${chart('held', 'Prompt tokens in flight', 'Tokens of all prompts in flight, by time. What prompts share is counted with each, so a cache may hold less.', 'means by time')}
${chart('power', 'Power of a GPU', 'What the meter read of each accelerator, idle time included: the mean over them, and the least and the most that any drew. The energy of the window stands above.', 'means by time of what was read')}
</div>`
}

/** Left out by the page's script where a run has nothing to show in one. */
function relations(): Html {
  return html`<div class="pair">
${chartFigure({
  id: 'chart-prefill',
  basis: { estimator: 'the median of slopes (Theil)' },
  title: 'TTFT by the tokens to compute',
  about:
    'A place is a request of the profiling window that ended well: its wait for the first token over what the server says was in no cache. The line halves them (the median of slopes, by Theil); its pace is that of prefill only where nothing waits, since the queue is in it. No interval: requests of one session are much alike. An axis whose values span a factor of thirty is logarithmic.',
})}
${chartFigure({
  id: 'chart-context',
  basis: { estimator: 'the median of slopes (Theil)' },
  title: 'TPOT by the length of the prompt',
  about:
    'The mean pace within a reply over all tokens of its prompt, cached or not. The line halves the places; that it rises is what a longer context costs each token, and what fuller batches do along with it.',
})}
</div>`
}

function timeline(slots: readonly ('lane' | 'arrival')[]): Html {
  const slot = slots.length > 1 ? 'lane or arrival' : (slots[0] ?? 'lane')
  return html`<div class="controls"><span class="buttons" role="group" aria-label="Part of the timeline"><button type="button" id="zoom-in">Zoom in</button><button type="button" id="zoom-out">Zoom out</button><button type="button" id="zoom-left">Earlier</button><button type="button" id="zoom-right">Later</button><button type="button" id="zoom-all">Whole run</button></span></div>
${chartFigure({
  id: 'chart-timeline',
  title: 'Every request a bar',
  about: `A band per ${slot}, its root session on the first row, subagents on thinner rows below. The tall part of a bar is waiting and prefill together, from sent to the first token: a client cannot tell the two apart. The low part is decode. A thin line joins the requests of a session; where it is bare the agent thinks, runs tools or waits. Behind it warm-up, the profiling window and the drain. Ctrl and the wheel zoom, dragging moves.`,
})}
<p class="note" id="timeline-note"></p>
<details class="table long" id="timeline-table"><summary>Requests of this run</summary><div class="scroll" tabindex="0" role="region" aria-label="Requests of this run"></div></details>`
}

function lengths(): Html {
  return html`<h3 id="lengths">What was replayed</h3><p class="note">Planned is every turn of every tree once, think times already capped and scaled. Replayed is what was sent, warm-up and drain included: lanes start inside a session, may play a tree twice, and are cut by the end of the window, so the two differ without any fault.</p>
<div class="quad">
${chartFigure({ id: 'chart-input', title: 'Prompt length', about: 'Tokens per request, reused prefixes included.' })}
${chartFigure({ id: 'chart-output', title: 'Reply length', about: "Tokens per request: replayed by the server's usage, planned as asked for." })}
${chartFigure({ id: 'chart-think', title: 'Think time', about: 'Seconds from the end of a turn until the next is due. Replayed contains waits for subagents, planned does not.' })}
${chartFigure({ id: 'chart-turns', title: 'Turns', about: 'Per session, subagents included. Replayed counts the turns that were sent of each.' })}
</div>
<details class="table" id="lengths-table"><summary>Figures of these distributions</summary><div class="scroll" tabindex="0" role="region" aria-label="Figures of these distributions"></div></details>`
}
