// `npm run package`; see docs/decisions/0007-packages.md.

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'app.petrichor.Petrichor',
  productName: 'Petrichor',
  copyright: 'Published under the MIT licence.',
  directories: { buildResources: 'build', output: 'dist' },

  files: [
    'out/**',
    'package.json',
    // ONNX Runtime ships every platform in one package.
    '!node_modules/onnxruntime-node/bin/napi-v6/!(${platform})/**',
    '!node_modules/onnxruntime-node/bin/napi-v6/${platform}/!(${arch})/**',
  ],
  extraResources: [{ from: 'resources' }],
  // Workers run outside the archive with all that they load, for plain Node cannot look into it (0004).
  asarUnpack: ['out/main/**', 'node_modules/**'],
  // Native parts come prebuilt inside their packages.
  npmRebuild: false,

  electronFuses: {
    // On Windows and macOS execution providers are tried in a process of Electron's own Node.
    runAsNode: process.platform !== 'linux',
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },

  linux: {
    category: 'Photography',
    target: ['AppImage', 'deb'],
    // The Node that workers run in: the one that runs this command.
    extraResources: [{ from: process.execPath, to: 'node' }],
  },
  mac: { category: 'public.app-category.photography', target: ['dmg'] },
  win: { target: ['nsis'] },
}
