import type { RouteForm } from './exchange.ts'

const forms: readonly (readonly [ending: string, form: RouteForm])[] = [
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
]

/** What a request asks for. By the end of its path: gateways put their own before it, and queries behind. */
export function routeForm(method: string, target: string): RouteForm {
  if (method !== 'POST') return 'other'
  const path = target.replace(/[?#].*$/s, '').replace(/\/+$/, '')
  return forms.find(([ending]) => path.endsWith(ending))?.[1] ?? 'other'
}
