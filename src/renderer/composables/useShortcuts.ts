import { onMounted, onUnmounted } from 'vue'
import { on } from '../api'
import { shortcutFor } from '../shortcuts'
import { useLayout } from '../stores/layout'
import { useViewer } from '../stores/viewer'
import { useActions } from './useActions'

const controls = 'button, a[href], input, select, textarea, [role=slider], [role=radio]'
const takesLetters = 'input:not([type=range]), select, textarea'
const ownKeys = new Set(['Enter', ' ', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'])
/** Buttons have no use for arrows, so those still move through the photos. */
const buttonKeys = new Set(['Enter', ' '])

/** Runs actions for keys and the application menu. For the root of the window. */
export function useShortcuts() {
  const layout = useLayout()
  const viewer = useViewer()
  const { act } = useActions()
  const isMac = window.petrichor.platform === 'darwin'

  function press(event: KeyboardEvent) {
    if (event.defaultPrevented || isDialogOpen() || belongsToControl(event)) return
    const shortcut = shortcutFor(event, layout.mode, isMac)
    if (!shortcut) return
    event.preventDefault()
    act(shortcut.action)
  }

  function endComparing(event?: KeyboardEvent) {
    if (!event || event.key === '\\' || event.key === '|') viewer.comparing = false
  }
  const onBlur = () => endComparing()

  let stopMenu = () => {}
  onMounted(() => {
    window.addEventListener('keydown', press)
    window.addEventListener('keyup', endComparing)
    window.addEventListener('blur', onBlur)
    stopMenu = on('menu.command', act)
  })
  onUnmounted(() => {
    window.removeEventListener('keydown', press)
    window.removeEventListener('keyup', endComparing)
    window.removeEventListener('blur', onBlur)
    stopMenu()
  })
}

const isDialogOpen = () => document.querySelector('[role=dialog]') !== null

/** Whether the focused control needs this key itself. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (!(event.target instanceof Element)) return false
  const control = event.target.closest(controls)
  if (!control) return false
  if (control.matches(takesLetters) && !event.ctrlKey && !event.metaKey) return true
  const isButton = control.matches('button:not([role=radio]):not([role=slider])')
  return (isButton ? buttonKeys : ownKeys).has(event.key)
}
