import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuCommand, MenuLabels } from '../../shared/texts'
import { emit, shownWindow } from './window'

/** Installs the application menu. The window carries out its commands, because it knows what is selected. */
export function installMenu(labels: MenuLabels): void {
  const command = (name: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label: labels[name],
    // The window handles these keys itself; the menu only shows them, or a key would act twice.
    ...(accelerator && { accelerator, registerAccelerator: false }),
    // A Mac shows the menu without a window too; then one is opened for the command.
    click: () => void shownWindow().then(() => emit('menu.command', name)),
  })
  const mac = process.platform === 'darwin'
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [{ role: 'appMenu' as const }] : []),
      {
        label: labels.file,
        submenu: [
          command('open-files', 'CmdOrCtrl+O'),
          command('open-folder', 'CmdOrCtrl+Shift+O'),
          { type: 'separator' },
          command('save-result', 'S'),
          { type: 'separator' },
          command('open-settings', 'CmdOrCtrl+,'),
          { type: 'separator' },
          { role: mac ? 'close' : 'quit' },
        ],
      },
      { role: 'editMenu' },
      { label: labels.photo, submenu: [command('restore', 'R'), command('queue-selection')] },
      {
        label: labels.view,
        submenu: [
          command('toggle-queue', 'Q'),
          { type: 'separator' },
          command('open-models'),
          command('open-machine'),
          { type: 'separator' },
          { role: 'togglefullscreen' },
          ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
        ],
      },
      { role: 'windowMenu' },
      { label: labels.help, role: 'help', submenu: [command('show-shortcuts', '?')] },
    ]),
  )
}
