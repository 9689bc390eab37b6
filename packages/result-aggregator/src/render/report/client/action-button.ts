import { element } from './tip-content.ts'

/** A small button; `about` is what it does in full, for who cannot see where it stands. */
export function actionButton(name: string, about: string, act: () => void): HTMLElement {
  const button = element('button', { type: 'button', class: 'tool', 'aria-label': about }, name)
  button.addEventListener('click', act)
  return button
}
