"""Given names and surnames that are common enough to point at nobody."""

from __future__ import annotations

GIVEN = (
    "Aaron Abigail Adrian Alice Alma Amir Andrea Angela Anita Arthur Beatriz Benjamin Bethany Brandon Brenda "
    "Bruno Caleb Camila Carla Carlos Caroline Cedric Celia Charles Chloe Clara Colin Cora Curtis Daisy Damian "
    "Daniel Daphne Darius Deborah Denise Derek Diana Diego Dominic Dora Dylan Edgar Eileen Elena Eli Elise Emilio "
    "Emma Enrique Erica Esther Ethan Eva Evan Felicia Felix Fiona Flora Francis Gabriel Gemma George Gloria "
    "Gordon Grace Graham Gwen Hannah Harold Hazel Hector Helen Henry Hope Howard Hugo Ian Irene Isaac Isabel Ivan "
    "Ivy Jacob Jada Janet Jasmine Jerome Joan Joel Jonah Josephine Joyce Judith Julian June Karen Keith Kendra "
    "Kevin Laila Lance Laura Leah Leon Lillian Linda Logan Lorena Louis Lucia Luke Lydia Mabel Malcolm Marcus "
    "Margaret Maria Marina Martin Matilda Maurice Megan Micah Mina Miriam Mitchell Mona Morgan Nadia Naomi "
    "Natalie Nathan Neil Nicole Nina Noah Noel Octavia Olive Oliver Oscar Owen Paige Patrick Paula Penelope Perry "
    "Philip Phoebe Priya Quentin Rachel Ralph Ramona Raymond Rebecca Regina Rene Rita Robert Roland Rosa Rowan "
    "Ruben Ruth Salma Samuel Sandra Sara Selma Seth Sharon Sidney Silas Simon Sofia Sonia Stanley Stella Stuart "
    "Susan Sylvia Tamara Teresa Thomas Tina Toby Ursula Valerie Vera Vernon Victoria Vincent Viola Walter Wanda "
    "Wendy Wesley William Winston Yara Yolanda Yusuf Zachary Zoe "
).split()

SURNAMES = (
    "Abbott Acosta Adair Alcott Alvarez Amaya Ansel Archer Ashby Atwood Avery Baldwin Banks Barlow Barrera "
    "Bartlett Beck Bennett Bishop Blake Bolton Boyd Bradley Bright Brooks Bryant Buckley Burgess Caldwell Calvo "
    "Carmona Carver Castro Chandler Chavez Clayton Cobb Coleman Collier Conrad Copeland Cortez Crane Crosby Cruz "
    "Dalton Daniels Davila Dawson Delgado Dempsey Denton Diaz Dixon Dorsey Drake Duarte Dunbar Duran Eaton "
    "Ellison Emerson Espinoza Estrada Farley Farrow Ferris Fields Finch Fisher Flores Forbes Foster Fowler Franco "
    "Frost Fuentes Gaines Gallegos Garner Gibbs Gilmore Glover Gomez Goodwin Graves Greer Griffin Guerra Guthrie "
    "Haines Hale Hammond Hardin Harper Hartley Hayes Henson Herrera Hewitt Hobbs Holden Holloway Horton Hubbard "
    "Hutton Ibarra Ingram Irwin Jarvis Jennings Jimenez Joyner Juarez Keating Keller Kendall Kerr Kimball Kirby "
    "Knox Lambert Landry Langley Larkin Lawson Leon Lester Lindsey Lockhart Lowe Lozano Lucero Lynch Macias "
    "Madden Maldonado Mann Marsh Mathis Maxwell Mayo McCall McCoy McKee Meadows Medina Mercer Merritt Meyers "
    "Miranda Monroe Montoya Moody Morales Moss Munoz Myers Nash Navarro Neal Nichols Nieto Noble Nolan Norton "
    "Nunez Oakley Ochoa Olsen Orozco Ortega Osborne Pace Padilla Palmer Parrish Paxton Pearce Pena Perkins "
    "Pickett Pierce Pineda Ponce Porter Potter Prince Quinn Ramsey Randall Rangel Reed Reyes Rhodes Rivas Robbins "
    "Rocha Rojas Rosales Rowe Rubio Russo Salas Salinas Sandoval Santos Sawyer Schultz Sears Serrano Shaw Shelton "
    "Shepard Sheridan Sierra Skinner Sloan Solis Sosa Stafford Stark Steele Stokes Suarez Sutton Swanson Talley "
    "Tanner Tate Terrell Thorne Tovar Townsend Travis Trevino Tucker Tyler Underwood Valdez Valencia Vance Vargas "
    "Vaughn Vega Velasco Villa Wade Walden Walton Warner Watts Weaver Webster Whitaker Wilder Willis Winters "
    "Woodard Wyatt Yates York Zamora "
).split()

EMPLOYERS = (
    *("Blue Mesa Logistics", "Cedar Point Schools", "Copper Canyon Foods", "Fairlane Hardware", "Granite State Tools"),
    *("Harbor Lane Books", "Juniper Ridge Clinic", "Lakeshore Dental Group", "Maple Row Bakery", "Northgate Transit"),
    *(
        "Oak Hollow Farms",
        "Pinecrest Pediatrics",
        "Quarry Hill Energy",
        "Riverbend Cardiology",
        "Silver Birch Software",
    ),
    *(
        "Stonebridge Imaging",
        "Summit Trail Outfitters",
        "Twin Pines Veterinary",
        "Valley View Orthopedics",
        "Westwind Air",
    ),
)
JOB_TITLES = (
    *("Accountant", "Billing coordinator", "Bus driver", "Cook", "Dental hygienist", "Electrician", "Front desk lead"),
    *(
        "Librarian",
        "Medical assistant",
        "Nurse",
        "Office manager",
        "Practice administrator",
        "Software tester",
        "Teacher",
    ),
)
