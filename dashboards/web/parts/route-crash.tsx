import { useEffect } from 'react';
import { useRouteError } from 'react-router';
import { CrashWords } from './crash-words.tsx';

/** A page that failed, in its place. */
export const RouteCrash = () => {
  const error = useRouteError();
  useEffect(() => console.error(error), [error]);
  return <CrashWords />;
};
