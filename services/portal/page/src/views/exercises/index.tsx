import { useLocation } from 'wouter';
import { ExerciseList } from './exercise-list.tsx';
import { OneExercise } from './one-exercise.tsx';
import { useExercises } from './use-exercises.ts';

/** The list of all, and one of them: `#/exercises/{exercise}`. */
export default function Exercises() {
  const [location] = useLocation();
  const exercises = useExercises();
  const id = location.split(/[/?]/)[2];
  return id ? <OneExercise key={id} id={id} exercises={exercises} /> : <ExerciseList exercises={exercises} />;
}
