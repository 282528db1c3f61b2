import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { hasDisplay } from './display.mjs'
import { run, succeeds } from './run.mjs'
import { say } from './say.mjs'

// What Electron needs from the system, and what the tests need besides. Debian's newer releases renamed some
// packages (…t64), so several names may stand for one.
const libraries = [
  { library: 'libgtk-3.so.0', apt: ['libgtk-3-0t64', 'libgtk-3-0'], dnf: 'gtk3', pacman: 'gtk3' },
  { library: 'libnss3.so', apt: ['libnss3'], dnf: 'nss', pacman: 'nss' },
  { library: 'libasound.so.2', apt: ['libasound2t64', 'libasound2'], dnf: 'alsa-lib', pacman: 'alsa-lib' },
  { library: 'libgbm.so.1', apt: ['libgbm1'], dnf: 'mesa-libgbm', pacman: 'mesa' },
  {
    library: 'libatk-bridge-2.0.so.0',
    apt: ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
    dnf: 'at-spi2-atk',
    pacman: 'at-spi2-core',
  },
  { library: 'libdrm.so.2', apt: ['libdrm2'], dnf: 'libdrm', pacman: 'libdrm' },
  { library: 'libXss.so.1', apt: ['libxss1'], dnf: 'libXScrnSaver', pacman: 'libxss' },
  { library: 'libXtst.so.6', apt: ['libxtst6'], dnf: 'libXtst', pacman: 'libxtst' },
]
// ExifTool, which comes with the dependencies, reads compressed tags with a module that a minimal Debian lacks.
const perl = [{ perlModule: 'Compress::Zlib', apt: ['perl'], dnf: 'perl', pacman: 'perl' }]
const virtualDisplay = [
  { programs: ['Xvfb'], apt: ['xvfb'], dnf: 'xorg-x11-server-Xvfb', pacman: 'xorg-server-xvfb' },
  { programs: ['xauth'], apt: ['xauth'], dnf: 'xauth', pacman: 'xorg-xauth' },
]
// Independent readers of the files that Petrichor writes. Tests that ask them are skipped where they are missing.
// ImageMagick is not looked for as `convert`, a name that other programs bear too.
const readers = [
  {
    programs: ['exiftool'],
    apt: ['libimage-exiftool-perl'],
    dnf: 'perl-Image-ExifTool',
    pacman: 'perl-image-exiftool',
    brew: 'exiftool',
  },
  {
    programs: ['identify', 'magick'],
    apt: ['imagemagick'],
    dnf: 'ImageMagick',
    pacman: 'imagemagick',
    brew: 'imagemagick',
  },
]

const managers = [
  { program: 'apt-get', install: 'sudo apt-get install -y', nameOf: ({ apt }) => apt.at(-1) },
  { program: 'dnf', install: 'sudo dnf install -y', nameOf: ({ dnf }) => dnf },
  { program: 'pacman', install: 'sudo pacman -S --needed', nameOf: ({ pacman }) => pacman },
  { program: 'brew', install: 'brew install', nameOf: ({ brew }) => brew },
]

/** Installs what is missing where that is allowed (root on Debian or Ubuntu), else says the command that would. */
export function installSystemPackages({ forTests }) {
  const required = missingOf([
    ...(process.platform === 'linux' ? [...libraries, ...perl] : []),
    ...(forTests && !hasDisplay() ? virtualDisplay : []),
  ])
  const wished = missingOf(forTests ? readers : [])
  const missing = [...required, ...wished]
  if (missing.length === 0) return

  if (onPath('apt-get') && process.getuid?.() === 0) {
    installWithApt(missing)
    return
  }

  const advice = `Missing on this system: ${namesOf(missing)}. ${adviceFor(missing)}`
  const cannotGoOn = required.length > 0 && (forTests || hasDisplay())
  if (cannotGoOn) throw new Error(advice)
  say(advice)
}

function missingOf(packages) {
  const known = knownLibraries()
  return packages.filter(({ library, perlModule, programs }) => {
    if (library) return known !== undefined && !known.includes(`${library} `)
    if (perlModule) return !succeeds('perl', [`-M${perlModule}`, '-e1'])
    return !programs.some(onPath)
  })
}

/** The dynamic linker's list, or undefined where the system keeps none. */
function knownLibraries() {
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path))
  return ldconfig && run(ldconfig, ['-p'])
}

/** Whether the system has a program. npm puts node_modules/.bin on the path as well, which is not the system. */
function onPath(program) {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program]
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))))
}

function installWithApt(packages) {
  const quietly = { env: { DEBIAN_FRONTEND: 'noninteractive' } }
  const patiently = ['-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=120']
  say(`Installing system packages: ${namesOf(packages)} …`)
  run('apt-get', ['update', ...patiently], quietly)
  const names = packages.map(
    ({ apt }) => apt.find((name) => succeeds('apt-cache', ['show', name])) ?? apt.at(-1),
  )
  run('apt-get', ['install', '-y', '--no-install-recommends', ...patiently, ...names], quietly)
}

function adviceFor(packages) {
  const manager = managers.find(({ program }) => onPath(program))
  if (!manager) return "Install what holds them with your system's package manager."
  const names = packages.map(manager.nameOf).filter(Boolean)
  return `Install with:\n\n    ${manager.install} ${names.join(' ')}\n`
}

function namesOf(packages) {
  return packages.map(({ library, perlModule, programs }) => library ?? perlModule ?? programs[0]).join(', ')
}
