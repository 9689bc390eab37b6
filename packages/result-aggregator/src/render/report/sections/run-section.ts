import { type Html, html } from '../../html.ts'
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
<details><summary>Where this run comes from</summary><pre tabindex="0"><code id="run-command"></code></pre><dl class="facts" id="run-facts"></dl></details>
${timeline(slots)}
${lengths()}</section>
`
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
