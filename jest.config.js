/** Jest runs the TypeScript sources as they are: Node strips the types, jest transforms nothing. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/bench/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/', '<rootDir>/.runs/'],
  globalSetup: '<rootDir>/__tests__/global-setup.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
};
