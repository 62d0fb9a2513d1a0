import description from '../../package.json' with { type: 'json' };

/** What this program calls itself in manifests, findings and help. */
export const TOOL = { name: description.name, version: description.version } as const;
