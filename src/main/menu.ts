import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { EventPayload } from '../shared/contract'
import { emit, shownWindow } from './windows'

type MenuCommand = EventPayload<'menu.command'>

/** The application menu. Its commands are carried out by the window, which knows what is selected. */
export function installMenu(): void {
  const command = (label: string, name: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    // The window listens to its own keys; here they are only shown, or a key would act twice.
    ...(accelerator && { accelerator, registerAccelerator: false }),
    // On a Mac the menu is there without a window; then one is opened for the command.
    click: () => void shownWindow().then(() => emit('menu.command', name)),
  })
  const mac = process.platform === 'darwin'
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [{ role: 'appMenu' as const }] : []),
      {
        label: '&File',
        submenu: [
          command('Open Photos…', 'open-files', 'CmdOrCtrl+O'),
          command('Open Folder…', 'open-folder', 'CmdOrCtrl+Shift+O'),
          { type: 'separator' },
          command('Save Restored Photo…', 'save-result', 'S'),
          { type: 'separator' },
          { role: mac ? 'close' : 'quit' },
        ],
      },
      { role: 'editMenu' },
      {
        label: '&Photo',
        submenu: [
          command('Restore', 'restore', 'R'),
          command('Restore Selection to Folder', 'queue-selection'),
        ],
      },
      {
        label: '&View',
        submenu: [
          command('Queue', 'toggle-queue', 'Q'),
          { type: 'separator' },
          { role: 'togglefullscreen' },
          ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
        ],
      },
      { role: 'windowMenu' },
    ]),
  )
}
