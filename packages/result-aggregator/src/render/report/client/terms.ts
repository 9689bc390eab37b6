import { element } from './tip-content.ts'

/**
 * Shows what a word means while it is hovered or has the focus, until Escape is pressed: everything in the page that has a title. Without
 * scripts the browser shows that itself, on hover alone.
 */
export function startTerms(): void {
  const tip = element('div', { id: 'term-tip', class: 'term-tip', role: 'tooltip', hidden: '' })
  document.body.append(tip)
  const hide = () => {
    tip.hidden = true
    document.querySelector('[aria-describedby="term-tip"]')?.removeAttribute('aria-describedby')
  }
  const show = (term: HTMLElement) => {
    hide()
    tip.textContent = term.dataset.means ?? ''
    term.setAttribute('aria-describedby', tip.id)
    tip.hidden = false
    place(tip, term.getBoundingClientRect())
  }
  for (const term of document.querySelectorAll<HTMLElement>('main [title]')) {
    term.dataset.means = term.title
    term.removeAttribute('title')
    term.tabIndex = 0
    term.classList.add('term')
    term.addEventListener('pointerenter', () => show(term))
    term.addEventListener('pointerleave', hide)
    term.addEventListener('focus', () => show(term))
    term.addEventListener('blur', hide)
  }
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') hide()
  })
  addEventListener('scroll', hide, { capture: true, passive: true })
}

/** Below the word, or above it where there is no room, and within the window. */
function place(tip: HTMLElement, word: DOMRect): void {
  const { width, height } = tip.getBoundingClientRect()
  const left = Math.max(8, Math.min(word.left, innerWidth - width - 8))
  const below = word.bottom + 6
  const top = below + height > innerHeight ? Math.max(8, word.top - height - 6) : below
  tip.style.left = `${left}px`
  tip.style.top = `${top}px`
}
