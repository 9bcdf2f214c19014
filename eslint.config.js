import tseslint from 'typescript-eslint';
import { configs as lit } from 'eslint-plugin-lit';
import { configs as wc } from 'eslint-plugin-wc';

export default tseslint.config(
  // asc checks wasm/assembly; no JavaScript parser takes AssemblyScript's decorated functions.
  { ignores: ['dist', 'coverage', 'test-results', 'wasm', 'ui/locales', '.vite'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A method of an interface may be asynchronous in one implementation and not in another.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['test/**/*.ts'], rules: { 'no-empty-pattern': 'off' } },
  { files: ['ui/**/*.ts'], ...lit['flat/recommended'] },
  { files: ['ui/**/*.ts'], ...wc['flat/recommended'] },
);
